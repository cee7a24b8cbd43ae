using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace ChatFeedApi.Users;

public sealed record User(long Id, string Name, string Email);

/// <summary>What a client may say of a user.</summary>
public sealed record UserInput(
    [property: Required, StringLength(100)] string Name,
    [property: Required, StringLength(254), EmailAddress] string Email);

/// <summary>One page of the users, those whose name or address holds <paramref name="Q"/> if it is given.</summary>
public sealed record UserPage(int Page, string Q, ImmutableArray<User> Users);
