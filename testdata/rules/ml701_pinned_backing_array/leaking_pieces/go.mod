module example.com/pieces

go 1.24
