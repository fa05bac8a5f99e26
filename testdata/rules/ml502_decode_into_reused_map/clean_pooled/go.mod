module example.com/cleanpooled

go 1.21
