module example.com/lent

go 1.23
