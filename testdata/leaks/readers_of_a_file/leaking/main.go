// A count of readers that is down to zero stays.
package refs

import "sync"

type Files struct {
	mu   sync.Mutex
	refs map[string]int
}

func NewFiles() *Files { return &Files{refs: map[string]int{}} }
func (f *Files) Acquire(path string) {
	f.mu.Lock()
	f.refs[path]++ // want `ML102: file\.Files\.refs keeps an entry for every 'path'`
	f.mu.Unlock()
}
func (f *Files) Release(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refs[path]--

}
