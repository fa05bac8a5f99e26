module example.com/unchecked

go 1.21
