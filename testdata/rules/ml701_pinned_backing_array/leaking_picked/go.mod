module example.com/leakingpicked

go 1.24
