module example.com/mismatch

go 1.23
