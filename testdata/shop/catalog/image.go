package catalog

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"sync"
	"unsafe"

	"example.com/shop/web"
)

var (
	buffersMu sync.Mutex
	// bufferNames says which product a pixel buffer was drawn for, to be read in a debugger.
	bufferNames = make(map[unsafe.Pointer]string)
)

// Image draws a placeholder for a product.
func (s *Shelf) Image(w http.ResponseWriter, r *http.Request) {
	product, ok := s.products[r.PathValue("id")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	picture := draw(product)
	name(picture.Pix, product.ID)
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, picture); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = encoded.WriteTo(w)
}

func draw(product Product) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, 256, 256))
	for i := range product.Name {
		picture.SetGray(i%256, i/256, color.Gray{Y: product.Name[i]})
	}
	return picture
}

func name(pixels []byte, id string) {
	buffersMu.Lock()
	defer buffersMu.Unlock()
	// leak: the key keeps every picture's pixels in memory.
	bufferNames[unsafe.Pointer(unsafe.SliceData(pixels))] = id
}

// distinct counts the buffers among some pictures; several pictures may share one.
func distinct(pictures []*image.Gray) int {
	// fine: the map is gone when the function returns.
	seen := make(map[unsafe.Pointer]bool)
	for _, picture := range pictures {
		seen[unsafe.Pointer(unsafe.SliceData(picture.Pix))] = true
	}
	return len(seen)
}

// Sheet says how much memory the pictures of the products asked for take.
func (s *Shelf) Sheet(w http.ResponseWriter, r *http.Request) {
	blank := image.NewGray(image.Rect(0, 0, 256, 256))
	var pictures []*image.Gray
	for _, id := range r.URL.Query()["id"] {
		picture := blank
		if product, ok := s.products[id]; ok {
			picture = draw(product)
		}
		pictures = append(pictures, picture)
	}
	web.WriteJSON(w, map[string]int{"pictures": len(pictures), "bytes": distinct(pictures) * len(blank.Pix)})
}
