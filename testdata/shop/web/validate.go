package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
)

var (
	validateMu sync.Mutex
	// required lists the fields of each type that must not be empty.
	required = make(map[reflect.Type][]int)
	// verdicts are the results of earlier validations.
	verdicts = make(map[reflect.Value]error)
)

// Validate checks that every string in a struct is set. It takes a pointer to the struct.
func Validate(pointer any) error {
	value := reflect.ValueOf(pointer).Elem()
	if value.Kind() != reflect.Struct {
		return errors.New("web: not a pointer to a struct")
	}
	validateMu.Lock()
	defer validateMu.Unlock()
	if verdict, ok := verdicts[value]; ok {
		return verdict
	}
	verdict := check(value)
	// leak: the key is equal only for the very same struct, and every request has its own: no entry is
	// ever found again, and none is deleted.
	verdicts[value] = verdict
	return verdict
}

func check(value reflect.Value) error {
	for _, i := range requiredFields(value.Type()) {
		if value.Field(i).Len() == 0 {
			return fmt.Errorf("%s is missing", value.Type().Field(i).Name)
		}
	}
	return nil
}

func requiredFields(t reflect.Type) []int {
	if fields, ok := required[t]; ok {
		return fields
	}
	fields := []int{}
	for i := range t.NumField() {
		if t.Field(i).Type.Kind() == reflect.String {
			fields = append(fields, i)
		}
	}
	// fine: a program has as many types as it has.
	required[t] = fields
	return fields
}

// WriteJSON answers with a value as JSON.
func WriteJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		slog.Warn("writing an answer", "error", err)
	}
}
