module example.com/tails

go 1.24
