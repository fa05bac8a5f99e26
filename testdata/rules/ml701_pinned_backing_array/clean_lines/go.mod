module example.com/cleanlines

go 1.24
