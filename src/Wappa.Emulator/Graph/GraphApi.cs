using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wappa.Emulator;

/// <summary>The Graph API: finds out what a call is about, and writes down how it went.</summary>
internal sealed partial class GraphApi
{
    internal static JsonSerializerOptions JsonOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LocalWhatsApp _local;
    private readonly LocalWhatsAppOptions _options;
    private readonly GraphMessages _messages;
    private readonly GraphMedia _media;
    private readonly GraphAccount _account;

    internal GraphApi(LocalWhatsApp local, LocalWhatsAppOptions options, StatusSender statuses, TimeProvider time)
    {
        (_local, _options) = (local, options);
        _messages = new(local, statuses, time);
        _media = new(local);
        _account = new(local, options);
    }

    /// <summary>Whether a path is one of the Graph API's.</summary>
    internal static bool IsVersion(string text) => Version().IsMatch(text);

    /// <summary>Answers a call.</summary>
    internal ValueTask<GraphReply> HandleAsync(GraphCall call, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Handle(call).Reply);
    }

    /// <summary>Answers a call made before, with the token of today.</summary>
    /// <returns>The new exchange.</returns>
    internal Exchange Repeat(Exchange exchange, byte[] body)
    {
        var headers = new Dictionary<string, string>(exchange.RequestHeaders, StringComparer.OrdinalIgnoreCase)
        {
            ["Authorization"] = $"Bearer {_options.AccessToken()}",
        };
        return Handle(new(exchange.Method, new Uri(exchange.Url), headers, body), exchange.Attempt + 1).Exchange;
    }

    private (GraphReply Reply, Exchange Exchange) Handle(GraphCall call, int attempt = 1)
    {
        var type = call.Header("Content-Type");
        var isForm = type?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is true;
        var exchange = _local.Exchanges.Begin(new()
        {
            Kind = ExchangeKind.Graph,
            Method = call.Method,
            Url = call.Url.ToString(),
            RequestHeaders = call.Headers,
            RequestBody = ExchangeLog.Show(call.Body, type),
            Attempt = attempt,
            Number = call.Path is [_, var id, ..] && _local.World.FindNumber(id) is { } number ? number.Id : null,
            Replay = isForm ? null : call.Body,
        });
        var reply = Answer(call, exchange);
        exchange = _local.Exchanges.End(exchange with
        {
            Status = reply.Status,
            ResponseHeaders = new Dictionary<string, string>(reply.Headers) { ["Content-Type"] = reply.ContentType },
            ResponseBody = ExchangeLog.Show(reply.Body, reply.ContentType),
            Customer = reply.Customer,
            Message = reply.Message,
        });
        return (reply, exchange);
    }

    private GraphReply Answer(GraphCall call, Exchange exchange)
    {
        GraphReply reply;
        try
        {
            reply = Route(call, exchange);
        }
        catch (GraphRefusal refusal)
        {
            reply = refusal.Error.Reply(_local.Ids);
        }

        return reply with
        {
            Headers = new Dictionary<string, string>(reply.Headers)
            {
                ["facebook-api-version"] = call.Path is [var version, ..] && IsVersion(version) ? version : "v25.0",
                ["x-fb-request-id"] = _local.Ids.Trace(),
                ["x-app-usage"] = """{"call_count":1,"total_cputime":0,"total_time":0}""",
                ["Cache-Control"] = "private, no-cache, no-store, must-revalidate",
            },
        };
    }

    private GraphReply Route(GraphCall call, Exchange exchange)
    {
        Authorize(call);
        if (call.Url.AbsolutePath == MediaShelf.Path && call.Method is "GET") return _media.Download(call);
        if (call.Path is not [var version, var id, ..] || !IsVersion(version)) throw GraphErrors.UnknownPath();
        var edge = call.Path.Length is 2 ? "" : call.Path.Length is 3 ? call.Path[2] : throw GraphErrors.UnknownPath();
        if (_local.World.FindNumber(id) is { } number)
        {
            return (call.Method, edge) switch
            {
                ("POST", "messages") => _messages.Post(number, call, exchange),
                ("POST", "media") => _media.Upload(call),
                ("GET", "") => _account.Number(number),
                _ => throw GraphErrors.NoSuchObject(call.Method, id),
            };
        }

        if (id == _options.BusinessAccountId) return _account.Answer(call, edge);
        return edge.Length is 0 ? _media.Answer(call, id) : throw GraphErrors.NoSuchObject(call.Method, id);
    }

    private void Authorize(GraphCall call)
    {
        var given = call.Header("Authorization");
        if (string.IsNullOrEmpty(given)) throw GraphErrors.Refuse(200);
        if (given != $"Bearer {_options.AccessToken()}") throw GraphErrors.Refuse(190);
    }

    /// <summary>The object a body holds.</summary>
    /// <exception cref="GraphRefusal">It is not JSON, or no object.</exception>
    internal static JsonObject ReadObject(GraphCall call)
    {
        try
        {
            if (JsonNode.Parse(call.Body) is JsonObject fields)
            {
                _ = fields.ToJsonString(); // half a surrogate pair or a repeated name shows only when it is read
                return fields;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Said below.
        }

        throw GraphErrors.Invalid("The body must be a JSON object.");
    }

    [GeneratedRegex(@"^v\d+\.\d+$")]
    private static partial Regex Version();
}
