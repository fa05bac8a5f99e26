module example.com/ofitsown

go 1.25
