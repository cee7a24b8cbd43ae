namespace Wappa.Benchmarks.Cases;

/// <summary>The users of a run and the names of what is kept for them. Every call makes new strings: what is looked up
/// is never the instance that is stored, as a request builds its own.</summary>
internal static class Users
{
    public const int Count = 100_000;
    public const int Hot = 1_000;
    public const string Tenant = "hotel123";
    public const string Handler = "pizza_order";

    public static TimeSpan Ttl { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Eleven digits, neighbours far from each other; different for up to ten million users.</summary>
    public static string Id(int user) => $"1555{user * 97L % 10_000_000:D7}";

    /// <summary>What a cache with string keys calls the user's order: 38 characters.</summary>
    public static string Key(int user) => $"{Tenant}:state:{Handler}:{Id(user)}";

    /// <summary>A name of the user's order that stands in a key as it is: with the tenant before it as long as
    /// <see cref="Key"/>.</summary>
    public static string Name(int user) => $"state.{Handler}.{Id(user)}";

    /// <summary>The order in which a case visits the users: all of them, or the hot ones, at random but always the
    /// same.</summary>
    public static int[] Visits(bool hot)
    {
        int[] users = [.. Enumerable.Range(0, Count)];
        new Random(20250115).Shuffle(users);
        return hot ? users[..Hot] : users;
    }

    public static string Describe(bool hot) => hot ? "hot 1,000" : "random 100,000";
}
