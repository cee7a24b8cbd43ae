using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>What a run in the background needs of the request that made it necessary. Taken while that request still is; nothing in it
/// belongs to a connection.</summary>
internal sealed class RequestCopy
{
    private readonly HttpRequestFeature _request;
    private readonly HttpConnectionFeature _connection;
    private readonly RouteValueDictionary _routeValues;
    private readonly ClaimsPrincipal _user;

    internal RequestCopy(in Exchange exchange)
    {
        var context = exchange.Context;
        var request = context.Request;
        Endpoint = exchange.Endpoint;
        _request = new HttpRequestFeature
        {
            Method = HttpMethods.Get, Scheme = request.Scheme, PathBase = request.PathBase, Path = request.Path,
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
        _routeValues = new RouteValueDictionary(request.RouteValues);
        _user = context.User;
    }

    internal Endpoint Endpoint { get; }

    /// <summary>A request of its own, for the cache.</summary>
    /// <param name="factory">Makes it, and lets the app's code find it.</param>
    /// <param name="services">A scope of its own.</param>
    internal HttpContext Open(IHttpContextFactory factory, IServiceProvider services)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(_request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpConnectionFeature>(_connection);
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
        features.Set(BackgroundRun.Mark);
        var context = factory.Create(features);
        context.RequestServices = services;
        context.User = _user;
        context.Request.RouteValues = _routeValues;
        context.SetEndpoint(Endpoint);
        return context;
    }
}
