// Package web is the HTTP side of the demo: pages and a JSON interface over the same guarded tables.
//
// Every route passes a guard of package accesshttp, which asks for the decision before the handler runs; handlers hand
// that decision to package records. Buttons, menus and "why?" links come from advisory questions.
package web
