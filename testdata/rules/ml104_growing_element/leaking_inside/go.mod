module example.com/m/inside

go 1.24
