// oracle KIND=FILE...   KIND: group contact policy mute save (HTTP bodies), file (provisioning), dashboard, dashboardv2
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	v2 "github.com/go-json-experiment/json" // exact case, as Grafana reads files; encoding/json ignores case
	"github.com/go-openapi/strfmt"
	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/dashboardv2"
	"github.com/grafana/grafana-openapi-client-go/models"
)

type swagger interface{ Validate(strfmt.Registry) error }
type strict interface{ UnmarshalJSONStrict([]byte) error }
type provisioning struct { // the export model, and the keys that no export has
	models.AlertingFileExport
	DeleteRules         []any `json:"deleteRules"`
	DeleteContactPoints []any `json:"deleteContactPoints"`
	DeleteMuteTimes     []any `json:"deleteMuteTimes"`
	DeleteTemplates     []any `json:"deleteTemplates"`
	Templates           []any `json:"templates"`
	ResetPolicies       []any `json:"resetPolicies"`
}

var swaggers = map[string]swagger{"group": &models.AlertRuleGroup{}, "contact": &models.EmbeddedContactPoint{}, "policy": &models.Route{},
	"mute": &models.MuteTimeInterval{}, "save": &models.SaveDashboardCommand{}, "file": &provisioning{}}
var sdks = map[string]strict{"group": &alerting.RuleGroup{}, "contact": &alerting.ContactPoint{}, "policy": &alerting.NotificationPolicy{},
	"dashboard": &dashboard.Dashboard{}, "dashboardv2": &dashboardv2.Dashboard{}}
var bad int

func report(at string, err error) {
	if err != nil && err.Error() != "" { // an empty cog.BuildErrors is no error
		bad++
		fmt.Println("FAIL", at, err)
	}
}

func fresh[T any](v T) T { return reflect.New(reflect.TypeOf(v).Elem()).Interface().(T) }

func main() {
	plugins.RegisterDefaultPlugins() // or query models and panel options go unread
	for _, arg := range os.Args[1:] {
		kind, file, _ := strings.Cut(arg, "=")
		raw, err := os.ReadFile(file)
		report(arg, err)
		if kind == "dashboardv2" {
			var manifest struct{ Spec json.RawMessage }
			report(arg, json.Unmarshal(raw, &manifest))
			raw = manifest.Spec
		}
		if a := swaggers[kind]; a != nil {
			a = fresh(a)
			text := strings.ReplaceAll(string(raw), `"KeepLast"`, `"OK"`) // see 3
			report(arg+" openapi", v2.Unmarshal([]byte(text), a, v2.RejectUnknownMembers(true)))
			report(arg+" openapi", a.Validate(strfmt.Default))
		}
		if s := sdks[kind]; s != nil {
			s = fresh(s)
			report(arg+" sdk", s.UnmarshalJSONStrict(raw))
			report(arg+" sdk", s.(interface{ Validate() error }).Validate())
		} else if swaggers[kind] == nil {
			report(arg, fmt.Errorf("unknown kind"))
		}
	}
	fmt.Println(len(os.Args)-1, "files,", bad, "errors")
	os.Exit(min(bad, 1))
}
