module example.com/blocksbyheight

go 1.24
