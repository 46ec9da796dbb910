package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/internal/spelling"
	"github.com/podsandbox/pause/conformance/requirement"
)

var lists = []string{"requirements", "features", "engines"}

func newList() *cobra.Command {
	var asJSON bool
	list := &cobra.Command{
		Use:       "list [requirements|features|engines]",
		Short:     "List the requirements, the features that an image can lack, or the engines",
		ValidArgs: lists,
		Args:      cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) > 1 {
				return usageErrorf("argument %q is not expected", arguments[1])
			}
			return printList(append(arguments, lists[0])[0], asJSON)
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "list as JSON")
	return list
}

func printList(list string, asJSON bool) error {
	switch {
	case !slices.Contains(lists, list):
		return usageErrorf("list of %q: there are %s%s", list, strings.Join(lists, ", "), spelling.Suggestion(list, lists))
	case list == "requirements" && asJSON:
		return requirement.JSON(os.Stdout)
	case list == "requirements":
		return requirement.List(os.Stdout, width(os.Stdout))
	case list == "features" && asJSON:
		return printJSON(requirement.Features())
	case list == "engines" && asJSON:
		return printJSON(conformance.Engines())
	case list == "engines":
		for _, engine := range conformance.Engines() {
			fmt.Printf("%-11s %s\n", engine.Name, engine.Description)
		}
		return nil
	}
	for _, feature := range requirement.Features() {
		var ids []string
		for _, rule := range requirement.All() {
			if rule.Feature == feature {
				ids = append(ids, fmt.Sprintf("%s (%s)", rule.ID, rule.Level))
			}
		}
		fmt.Printf("%-20s %s\n", feature, strings.Join(ids, ", "))
	}
	return nil
}

func printJSON(value any) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:     "explain ID…",
		Short:   "Say what a requirement asks for, why, and what to change in an image that fails",
		Example: "  pause-conformance explain SIG-TERM\n  pause-conformance explain reap-*",
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				return usageErrorf("explain which requirement? Name its id; see pause-conformance list")
			}
			return nil
		},
		ValidArgsFunction: completeIDs,
		RunE: func(_ *cobra.Command, arguments []string) error {
			var rules []requirement.Requirement
			for _, word := range arguments {
				choice, err := requirement.Choose(word)
				if err != nil {
					return usageError{err}
				}
				rules = append(rules, choice...)
			}
			for i, rule := range rules {
				if i > 0 {
					fmt.Println()
				}
				if err := requirement.Explain(os.Stdout, rule, width(os.Stdout)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// completeIDs completes the last id of a comma-separated list, in any case.
func completeIDs(_ *cobra.Command, _ []string, text string) (completions []string, _ cobra.ShellCompDirective) {
	list, word := text[:strings.LastIndex(text, ",")+1], text[strings.LastIndex(text, ",")+1:]
	add := func(id, help string) {
		if strings.HasPrefix(id, strings.ToUpper(word)) {
			completions = append(completions, list+id+"\t"+help)
		}
	}
	for _, group := range requirement.Groups() {
		add(group.Prefix()+"-*", group.Title)
		for _, rule := range group.Requirements {
			add(rule.ID, rule.Sentence)
		}
	}
	return completions, cobra.ShellCompDirectiveNoFileComp
}
