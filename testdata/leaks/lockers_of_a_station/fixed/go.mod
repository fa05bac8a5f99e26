module example.com/station

go 1.24
