// Package manifest reads the manifests of conformance/cluster as a cluster does that
// knows the API of this module's kubelet, and no field beside it.
package manifest

import (
	"fmt"
	"os"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// Build builds a kustomization, as kubectl apply -k does, and decodes its objects.
func Build(dir string) ([]runtime.Object, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", dir, err)
	}
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	var objects []runtime.Object
	for _, resource := range resources.Resources() {
		content, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		object, _, err := decoder.Decode(content, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("decode %s of %s: %w", resource.CurId(), dir, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// DaemonSet is the one DaemonSet of a kustomization.
func DaemonSet(dir string) (*apps.DaemonSet, error) {
	objects, err := Build(dir)
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		if set, ok := object.(*apps.DaemonSet); ok {
			return set, nil
		}
	}
	return nil, fmt.Errorf("%s has no DaemonSet", dir)
}

// Plugin is a plugin of Sonobuoy (pkg/plugin/manifest in vmware-tanzu/sonobuoy).
type Plugin struct {
	Config struct {
		Driver       string   `json:"driver"`
		Name         string   `json:"plugin-name"`
		Description  string   `json:"description,omitempty"`
		SourceURL    string   `json:"source-url,omitempty"`
		ResultFormat string   `json:"result-format,omitempty"`
		ResultFiles  []string `json:"result-files,omitempty"`
	} `json:"sonobuoy-config"`
	PodSpec   core.PodSpec   `json:"podSpec"`
	Container core.Container `json:"spec"`
}

// ReadPlugin reads a plugin's file.
func ReadPlugin(path string) (*Plugin, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	plugin := &Plugin{}
	if err := yaml.UnmarshalStrict(content, plugin); err != nil {
		return nil, fmt.Errorf("decode %s: %w", path, err)
	}
	return plugin, nil
}
