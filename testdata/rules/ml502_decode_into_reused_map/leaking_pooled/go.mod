module example.com/leakingpooled

go 1.21
