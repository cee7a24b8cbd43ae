using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>How the keys of an endpoint's responses are made.</summary>
/// <remarks>
/// <code>
/// myapp:http:v1:r:0a1b2c3d4e5f|/users/5:page=2&amp;sort=name:http//host:-:-          endpoint, path, query, host, tenant, identity
/// myapp:http:v1:k:user:5:|:0a1b2c3d4e5f|/users/{id}:http//host:-:+scheme+issuer+id   own key, endpoint, route, host, tenant, identity
/// </code>
/// then what <c>VaryByHeader</c> and <c>VaryBy</c> name, and after <c>:|v:</c> the headers the response's own <c>Vary</c> names. Every
/// part is escaped (<see cref="KeyWriter"/>), and <c>|</c> never comes from a part, so two different requests never share a key, nor do
/// two endpoints (<see cref="EndpointMark"/>). GET and HEAD share one. A key of more than 600 characters ends in the hash of all of it.
/// </remarks>
internal sealed class KeyLayout
{
    internal const int MaxLength = 600;
    private const int ReadableOfLong = 400; // an own key and its prefix are whole, so that a prefix finds it
    private const string Space = "http:v1:";

    private readonly ResponsePolicy _policy;
    private readonly string _pathPrefix;
    private readonly string _keyPrefix;
    private readonly string _route;

    internal KeyLayout(ResponseCacheOptions options, ResponsePolicy policy, string route, string endpointMark)
    {
        _policy = policy;
        _pathPrefix = options.Prefix + Space + "r:" + endpointMark + "|";
        _keyPrefix = options.Prefix + Space + "k:";
        Span<char> text = stackalloc char[8192];
        var writer = new KeyWriter(text);
        writer.Raw(endpointMark);
        writer.Raw('|');
        writer.Escaped(route);
        _route = writer.Written.ToString();
    }

    internal static string AllOf(string prefix) => prefix + Space;

    internal static string KeysOf(string prefix, string ownPrefix) => $"{prefix}{Space}k:{ownPrefix}";

    internal static string KeyTag(string prefix, string key) => $"{prefix}http:key:{key}";

    internal static string RouteTag(string prefix, string route) => $"{prefix}http:route:{route}";

    /// <summary>Writes the key of a request.</summary>
    /// <returns>False: there was too little room.</returns>
    internal bool TryWrite(HttpContext context, in RequestScope scope, Span<char> text, out int length)
    {
        var key = new KeyWriter(text);
        var request = context.Request;
        if (scope.OwnKey is { } own)
        {
            key.Raw(_keyPrefix);
            key.Raw(own);
            key.Raw(":|:");
            key.Raw(_route);
        }
        else
        {
            key.Raw(_pathPrefix);
            if (request.PathBase.HasValue) key.Escaped(request.PathBase.Value);
            key.Raw(request.PathBase.HasValue ? "|" : "");
            key.Escaped(request.Path.Value);
            key.Raw(':');
            QueryText.Write(ref key, request.QueryString.Value, _policy.Query);
        }

        WriteScope(ref key, request, scope);
        WriteVaried(ref key, context);
        length = key.Written.Length;
        return !key.IsTooLong;
    }

    /// <summary>The key of a variant.</summary>
    internal static string Variant(string key, IHeaderDictionary headers, string[] vary)
    {
        var text = new char[4096];
        while (true)
        {
            var writer = new KeyWriter(text);
            writer.Raw(key);
            writer.Raw(":|v");
            foreach (var name in vary)
            {
                writer.Raw(':');
                writer.Escaped(name);
                writer.Raw('=');
                WriteHeader(ref writer, headers[name]);
            }

            if (!writer.IsTooLong) return Text(writer.Written);
            text = new char[text.Length * 4];
        }
    }

    /// <summary>A key as it stands in the store.</summary>
    internal static string Text(ReadOnlySpan<char> key)
    {
        if (key.Length <= MaxLength) return key.ToString();
        var hash = SHA256.HashData(Encoding.Unicode.GetBytes(key.ToArray()));
        return $"{key[..ReadableOfLong]}:|#:{Convert.ToHexStringLower(hash)}";
    }

    private void WriteScope(ref KeyWriter key, HttpRequest request, in RequestScope scope)
    {
        key.Raw(':');
        if (!_policy.IsSharedByHosts)
        {
            key.Escaped(request.Scheme);
            key.Raw("//");
            key.Escaped(request.Host.Value);
        }

        key.Raw(':');
        key.Optional(scope.Tenant);
        key.Raw(':');
        scope.Identity.Write(ref key);
    }

    private void WriteVaried(ref KeyWriter key, HttpContext context)
    {
        foreach (var name in _policy.Headers)
        {
            key.Raw(':');
            WriteHeader(ref key, context.Request.Headers[name]);
        }

        foreach (var value in _policy.Values)
        {
            key.Raw(':');
            key.Optional(value(context));
        }
    }

    private static void WriteHeader(ref KeyWriter key, StringValues values)
    {
        key.Raw(values.Count == 0 ? '-' : '+');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) key.Raw('+');
            key.Escaped(values[i]);
        }
    }
}
