module example.com/registries

go 1.23
