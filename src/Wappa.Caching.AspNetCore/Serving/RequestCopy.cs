using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wappa.Caching.AspNetCore.Invalidation;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>What a request of the cache's own has of the request that made it necessary: its line and headers, without conditions. Taken
/// while that request still is; nothing in it belongs to a connection.</summary>
internal sealed class RequestCopy
{
    private readonly HttpRequestFeature _request;
    private readonly HttpConnectionFeature _connection;

    internal RequestCopy(HttpContext context)
    {
        var request = context.Request;
        _request = new HttpRequestFeature
        {
            Method = HttpMethods.Get, Scheme = request.Scheme, Path = WrittenPaths.FullPath(request),
            QueryString = request.QueryString.Value ?? "", Protocol = request.Protocol,
            RawTarget = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "",
        };
        foreach (var (name, values) in request.Headers) _request.Headers[name] = values;
        _connection = new HttpConnectionFeature
        {
            ConnectionId = context.Connection.Id, RemoteIpAddress = context.Connection.RemoteIpAddress,
            RemotePort = context.Connection.RemotePort, LocalIpAddress = context.Connection.LocalIpAddress,
            LocalPort = context.Connection.LocalPort,
        };
    }

    /// <summary>A request of its own, for the cache.</summary>
    /// <param name="factory">Makes it, and lets the app's code find it.</param>
    /// <param name="services">A scope of its own.</param>
    /// <param name="response">Where its response goes.</param>
    /// <param name="run">What it is made for.</param>
    /// <param name="stop">Tells that nobody waits for it any more.</param>
    internal HttpContext Open(
        IHttpContextFactory factory, IServiceProvider services, BackgroundResponse response, BackgroundRun run, CancellationToken stop)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(_request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpConnectionFeature>(_connection);
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = stop });
        features.Set(run);
        var context = factory.Create(features);
        context.RequestServices = services;
        return context;
    }
}
