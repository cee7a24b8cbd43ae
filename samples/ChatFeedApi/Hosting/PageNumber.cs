using System.Globalization;

namespace ChatFeedApi.Hosting;

/// <summary>A page as it stands in a query: <c>?page=2</c>; none, or an empty one, is the first.</summary>
internal static class PageNumber
{
    private const int Last = 100_000;

    /// <exception cref="BadHttpRequestException">It is no such number.</exception>
    internal static int Of(string? page) =>
        string.IsNullOrEmpty(page) ? 1
        : int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Last ? number
        : throw new BadHttpRequestException($"page must be a whole number from 1 to {Last}.");
}
