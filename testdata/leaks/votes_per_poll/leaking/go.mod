module example.com/votesperpoll

go 1.24
