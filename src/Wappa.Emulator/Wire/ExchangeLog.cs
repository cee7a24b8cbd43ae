using System.Text;

namespace Wappa.Emulator;

/// <summary>The latest <see cref="Capacity"/> exchanges. Access token and app secret are taken out on the way in.</summary>
/// <param name="secrets">What must not be shown, asked for at each exchange: an app may set it late.</param>
/// <param name="events">Is told of each.</param>
/// <param name="time">The clock.</param>
internal sealed class ExchangeLog(Func<IEnumerable<string?>> secrets, EventFeed events, TimeProvider time)
{
    internal const int Capacity = 1000;
    internal const int MaxBodyLength = 262_144;
    private const string Hidden = "***";
    private const int MinSecretLength = 6;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Exchange> _exchanges = [];
    private long _last;
    private long _first = 1;

    /// <summary>Enters an exchange that begins now.</summary>
    internal Exchange Begin(Exchange exchange)
    {
        var clean = Clean(exchange);
        lock (_lock)
        {
            clean = clean with { Id = ++_last, At = time.GetUtcNow() };
            _exchanges[clean.Id] = clean;
            if (_exchanges.Count > Capacity) _exchanges.Remove(_first++);
            events.Publish("exchange", clean);
        }

        return clean;
    }

    /// <summary>Enters how one ended.</summary>
    internal Exchange End(Exchange exchange)
    {
        var clean = Clean(exchange) with { DurationMs = (time.GetUtcNow() - exchange.At).TotalMilliseconds };
        lock (_lock)
        {
            if (!_exchanges.ContainsKey(clean.Id)) return clean;
            _exchanges[clean.Id] = clean;
            events.Publish("exchange", clean);
        }

        return clean;
    }

    internal Exchange? Find(long id)
    {
        lock (_lock) return _exchanges.GetValueOrDefault(id);
    }

    /// <summary>The latest Graph call with this body, among the latest hundred; null: none.</summary>
    internal long? LatestOf(string body)
    {
        const int Most = 100;
        lock (_lock)
        {
            for (var id = _last; id >= _first && id > _last - Most; id--)
            {
                if (_exchanges[id] is { Kind: ExchangeKind.Graph } exchange && exchange.RequestBody == body) return id;
            }
        }

        return null;
    }

    /// <summary>The latest ones above an id, oldest first.</summary>
    internal IReadOnlyList<Exchange> List(long after, int limit)
    {
        lock (_lock)
        {
            var from = Math.Max(Math.Max(after + 1, _first), _last - limit + 1);
            var found = new List<Exchange>();
            for (var id = from; id <= _last; id++) found.Add(_exchanges[id]);
            return found;
        }
    }

    /// <summary>Forgets all. Ids go on, so that a page never takes a new one for an old one.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _exchanges.Clear();
            _first = _last + 1;
        }
    }

    /// <summary>A body as it is shown.</summary>
    internal static string Show(ReadOnlySpan<byte> body, string? contentType)
    {
        if (body.IsEmpty) return "";
        var type = contentType ?? "";
        var isText = type.Length == 0 || type.Contains("json", StringComparison.OrdinalIgnoreCase) ||
            type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);
        return isText ? Encoding.UTF8.GetString(body) : $"({type}, {body.Length} bytes)";
    }

    private Exchange Clean(Exchange exchange)
    {
        // A word of a few letters is a placeholder and occurs in any text.
        var hidden = secrets().Where(secret => secret?.Length >= MinSecretLength).ToArray();
        return exchange with
        {
            Url = Hide(exchange.Url, hidden),
            RequestHeaders = Hide(exchange.RequestHeaders, hidden),
            RequestBody = Hide(exchange.RequestBody, hidden),
            ResponseHeaders = Hide(exchange.ResponseHeaders, hidden),
            ResponseBody = Hide(exchange.ResponseBody, hidden),
        };
    }

    private static Dictionary<string, string> Hide(IReadOnlyDictionary<string, string> headers, string?[] secrets) =>
        headers.ToDictionary(
            header => header.Key,
            header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                ? HideCredentials(header.Value) : Hide(header.Value, secrets),
            StringComparer.OrdinalIgnoreCase);

    // Whatever was presented, right or wrong: a wrong one may be the account's real token.
    private static string HideCredentials(string value) =>
        value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end ? value[..(end + 1)] + Hidden : Hidden;

    private static string Hide(string text, string?[] secrets)
    {
        foreach (var secret in secrets) text = text.Replace(secret!, Hidden, StringComparison.Ordinal);
        return text.Length <= MaxBodyLength ? text : string.Concat(text.AsSpan(0, MaxBodyLength), "…");
    }
}
