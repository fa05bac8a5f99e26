module example.com/finite

go 1.23
