namespace Wappa.Graph;

/// <summary>
/// Where the access token may go to fetch a file: the Graph API as configured, and the hosts WhatsApp keeps files on. The
/// address comes from outside, and whoever could choose it would be handed the account.
/// </summary>
internal static class MediaAddress
{
    private const string MediaHost = "fbsbx.com";

    /// <exception cref="InvalidDataException">Anywhere else.</exception>
    internal static Uri Checked(string url, GraphClient graph)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && (graph.IsApi(address) || IsMediaHost(address)))
            return address;
        throw new InvalidDataException(
            "The address of the file is neither on the Graph API's host nor, with https, on one of WhatsApp's media " +
            $"hosts ({MediaHost}); the access token is not sent there.");
    }

    private static bool IsMediaHost(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.UserInfo.Length is 0 &&
        (address.IdnHost.Equals(MediaHost, StringComparison.OrdinalIgnoreCase) ||
            address.IdnHost.EndsWith("." + MediaHost, StringComparison.OrdinalIgnoreCase));
}
