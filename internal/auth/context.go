package auth

import (
	"context"

	"pano/internal/pano"
)

type actorKey struct{}

// With returns a context that says who asks. The edge calls it once a request.
func With(ctx context.Context, who pano.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, who)
}

// From returns who asks, nobody if the edge did not say.
func From(ctx context.Context) pano.Actor {
	who, _ := ctx.Value(actorKey{}).(pano.Actor)
	return who
}
