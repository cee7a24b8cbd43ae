using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace ChatFeedApi.Feed;

public sealed record Post(long Id, Author Author, string Text, DateTimeOffset CreatedAt);

public sealed record Author(long Id, string Name);

public sealed record FeedPage(long UserId, int Page, ImmutableArray<Post> Posts);

public sealed record Reactions(long PostId, ImmutableSortedDictionary<string, long> Counts);

/// <summary>What a client may say of a post.</summary>
public sealed record PostInput(
    [property: Range(1, long.MaxValue)] long AuthorId,
    [property: Required, StringLength(4096)] string Text);

public sealed record ReactionInput([property: Required, AllowedValues("like", "love", "laugh", "sad")] string Kind);
