package engine

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestALostEngineEndsEveryRequestAndIsAskedOnceMoreToCleanUp(t *testing.T) {
	requests := NewRequests(time.Minute)
	request, done := requests.Begin(t.Context(), 1)
	defer done()
	if err := requests.Lose(errors.New("it is gone")); !Lost(err) || err.Error() != "it is gone" {
		t.Errorf("the loss is %v", err)
	}
	<-request.Done()
	if err := LostOr(request, errors.New("EOF")); err.Error() != "it is gone" {
		t.Errorf("the request that waited ends with %v", err)
	}
	if err := requests.Lose(errors.New("EOF")); err.Error() != "it is gone" {
		t.Errorf("the second loss is %v", err)
	}
	again, done := requests.Again().Begin(t.Context(), 1)
	defer done()
	if err := again.Err(); err != nil {
		t.Errorf("it cannot be asked again: %v", err)
	}
}

func TestAnEngineThatDoesNotAnswerIsNotAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := NewRequests(time.Minute)
		request, done := requests.Begin(t.Context(), 1)
		defer done()
		<-request.Done()
		again, done := requests.Again().Begin(t.Context(), 1)
		defer done()
		if synctest.Wait(); again.Err() == nil {
			t.Error("it is asked again")
		}
	})
}
