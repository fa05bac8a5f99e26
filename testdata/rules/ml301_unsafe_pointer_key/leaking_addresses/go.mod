module example.com/addresses

go 1.23
