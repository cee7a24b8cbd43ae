namespace ChatFeedApi.Feed;

/// <summary>By what entries that hold posts are removed together, in whichever cache they are.</summary>
internal static class FeedTags
{
    /// <summary>On every entry that shows a user's posts or name, or would if there were any.</summary>
    internal static string Author(long userId) => $"author:{userId}";

    /// <summary>On all pages of one user's feed.</summary>
    internal static string Reader(long userId) => $"reader:{userId}";
}
