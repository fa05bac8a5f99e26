module example.com/doors

go 1.24
