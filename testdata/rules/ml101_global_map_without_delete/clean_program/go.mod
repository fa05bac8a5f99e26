module example.com/cleanprogram

go 1.23
