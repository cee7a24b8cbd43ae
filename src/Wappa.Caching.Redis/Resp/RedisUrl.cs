using System.Globalization;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Reads connection URLs:
/// <c>redis://[user:password@]host[:port][,host:port…][/database][?option=value&amp;…]</c>, <c>rediss://</c> for TLS,
/// <c>unix:///path/to/socket</c>, and <c>redis+sentinel://</c> or <c>rediss+sentinel://</c> with <c>service</c>.</summary>
/// <remarks>Options: <c>connectTimeout</c>, <c>commandTimeout</c>, <c>heartbeat</c>, <c>silenceLimit</c> (milliseconds), <c>clientName</c>,
/// <c>database</c>; with TLS <c>serverName</c>, <c>ca</c>, <c>cert</c>, <c>key</c> (PEM files); with sentinels <c>service</c>,
/// <c>sentinelUser</c>, <c>sentinelPassword</c>. Reserved letters in a user or password are written <c>%XX</c>.
/// No message quotes the URL: it may hold a password.</remarks>
internal static class RedisUrl
{
    private const int UsualPort = 6379;
    private const int UsualSentinelPort = 26379;

    /// <summary>Reads a URL.</summary>
    /// <exception cref="ArgumentException">It is none, or an option is unknown or out of range; the message names the part.</exception>
    internal static RedisClientOptions Parse(string url)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        var at = url.IndexOf("://", StringComparison.Ordinal);
        if (at < 0) throw Wrong("has no scheme; begin it with redis://, rediss:// or unix://");
        var scheme = url[..at].ToUpperInvariant();
        var rest = url[(at + 3)..];
        var query = "";
        if (rest.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0)
        {
            query = rest[(mark + 1)..];
            rest = rest[..mark];
        }

        var sentinel = scheme is "REDIS+SENTINEL" or "REDISS+SENTINEL";
        if (!sentinel && scheme is not ("REDIS" or "REDISS" or "UNIX"))
            throw Wrong("has an unknown scheme; use redis://, rediss://, unix://, redis+sentinel:// or rediss+sentinel://");
        var options = ReadUser(ref rest, new RedisClientOptions { Nodes = [] });
        if (scheme.StartsWith("REDISS", StringComparison.Ordinal)) options = options with { Tls = new RedisTlsOptions() };
        options = scheme == "UNIX" ? ReadSocket(rest, options) : ReadHosts(rest, options, sentinel ? UsualSentinelPort : UsualPort);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries)) options = ReadOption(pair, options, sentinel);
        if (sentinel && options.SentinelService is null) throw Wrong("names sentinels but not what they watch; add ?service=NAME");
        return options;
    }

    private static RedisClientOptions ReadUser(ref string rest, RedisClientOptions options)
    {
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var at = (end < 0 ? rest : rest[..end]).LastIndexOf('@');
        if (at < 0) return options;
        var user = rest[..at];
        rest = rest[(at + 1)..];
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        var name = Uri.UnescapeDataString(colon < 0 ? user : user[..colon]);
        if (colon < 0) throw Wrong("has a user without a password; write user:password@, or :password@ for the default user");
        return options with { User = name.Length == 0 ? null : name, Password = Uri.UnescapeDataString(user[(colon + 1)..]) };
    }

    private static RedisClientOptions ReadSocket(string rest, RedisClientOptions options)
    {
        var path = Uri.UnescapeDataString(rest);
        return path.StartsWith('/')
            ? options with { Nodes = [new RedisNode(path, 0)] }
            : throw Wrong("has no absolute path of a socket; write unix:///run/redis.sock");
    }

    private static RedisClientOptions ReadHosts(string rest, RedisClientOptions options, int usualPort)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var database = slash < 0 ? "" : rest[(slash + 1)..].TrimEnd('/');
        if (database.Length > 0) options = options with { Database = ReadDatabase(database) };
        List<RedisNode> nodes = [];
        foreach (var host in (slash < 0 ? rest : rest[..slash]).Split(',')) nodes.Add(ReadHost(host, usualPort));
        return options with { Nodes = nodes };
    }

    private static RedisNode ReadHost(string text, int usualPort)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : 0; // an IPv6 address
        var colon = text.IndexOf(':', end);
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        if (host.Length == 0 || host.Contains(' ', StringComparison.Ordinal)) throw Wrong("has no host where one must be");
        if (colon < 0) return new RedisNode(host, usualPort);
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536
            ? new RedisNode(host, port)
            : throw Wrong("has a port that is no number from 1 to 65535");
    }

    private static RedisClientOptions ReadOption(string pair, RedisClientOptions options, bool sentinel)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? pair : pair[..equals];
        var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
        if (value.Length == 0) throw Wrong($"has an option without a value: '{Shown(name)}'");
        return name.ToUpperInvariant() switch
        {
            "CONNECTTIMEOUT" => options with { ConnectTimeout = ReadSpan(name, value) },
            "COMMANDTIMEOUT" => options with { CommandTimeout = ReadSpan(name, value) },
            "HEARTBEAT" => options with { HeartbeatInterval = ReadSpan(name, value) },
            "SILENCELIMIT" => options with { SilenceLimit = ReadSpan(name, value) },
            "CLIENTNAME" => options with { ClientName = ReadName(value) },
            "DATABASE" or "DB" => options with { Database = ReadDatabase(value) },
            "SERVERNAME" => options with { Tls = Tls(options, name) with { ServerName = value } },
            "CA" => options with { Tls = Tls(options, name) with { CaFile = value } },
            "CERT" => options with { Tls = Tls(options, name) with { CertificateFile = value } },
            "KEY" => options with { Tls = Tls(options, name) with { KeyFile = value } },
            "SERVICE" when sentinel => options with { SentinelService = value },
            "SENTINELUSER" when sentinel => options with { SentinelUser = value },
            "SENTINELPASSWORD" when sentinel => options with { SentinelPassword = value },
            _ => throw Wrong($"has an option that does not exist here: '{Shown(name)}'"),
        };
    }

    private static RedisTlsOptions Tls(RedisClientOptions options, string name) =>
        options.Tls ?? throw Wrong($"has the option '{Shown(name)}', which needs TLS; write rediss://");

    private static TimeSpan ReadSpan(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 10 and <= 3_600_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw Wrong($"has an option '{Shown(name)}' that is no number of milliseconds from 10 to 3600000");

    private static int ReadDatabase(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var database) && database < 16_384
            ? database
            : throw Wrong("has a database that is no number from 0 on");

    private static string ReadName(string value) => value.All(letter => letter is > ' ' and < '\x7f')
        ? value
        : throw Wrong("has a clientName with blanks or letters beyond ASCII, which servers refuse");

    private static string Shown(string name) => name.Length <= 32 ? name : name[..32] + "…";

    private static ArgumentException Wrong(string what) => new($"The Redis URL {what}.");
}
