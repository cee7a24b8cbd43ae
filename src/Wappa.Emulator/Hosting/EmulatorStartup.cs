using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Wappa.Emulator;

/// <summary>Points the messenger at this app once it is known where this app listens, and says where the page is.</summary>
internal sealed partial class EmulatorStartup(
    IServer server, IOptions<WhatsAppOptions> options, EmulatorIdentity identity, IHostEnvironment environment,
    ILogger<EmulatorStartup> logger)
    : IHostedLifecycleService
{
    /// <summary>Where the app listens over loopback; null until it does.</summary>
    internal Uri? Address { get; private set; }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var account = options.Value; // reading the options decides whether the emulator is on
        if (!identity.IsOn)
        {
            if (environment.IsDevelopment()) LogHasAccount(logger);
            return Task.CompletedTask;
        }

        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Address = addresses.Select(Loopback).FirstOrDefault(address => address is not null);
        if (Address is null)
        {
            LogNoAddress(logger);
            return Task.CompletedTask;
        }

        account.ApiUrl = new Uri(Address, "/v25.0").ToString();
        LogAddress(logger, new Uri(Address, "/emulator"));
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // "http://[::]:8000" and "http://*:8000" listen on loopback too, and that is the address to call them by.
    private static Uri? Loopback(string address)
    {
        var text = address.Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp) return null;
        if (uri.IsLoopback) return uri;
        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip)) return null;
        var everywhere = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
        return everywhere ? new UriBuilder(uri) { Host = "127.0.0.1" }.Uri : null;
    }

    [LoggerMessage(1, LogLevel.Information, "Talk to your bot at {Page} (no WhatsApp access token is set, so the emulator is on).")]
    private static partial void LogAddress(ILogger logger, Uri page);

    [LoggerMessage(
        3, LogLevel.Information, "The emulator is off: a WhatsApp access token is set, so answers go to WhatsApp.")]
    private static partial void LogHasAccount(ILogger logger);

    [LoggerMessage(
        2, LogLevel.Warning,
        "The emulator is off: it needs a plain http address on loopback, such as --urls http://127.0.0.1:8000.")]
    private static partial void LogNoAddress(ILogger logger);
}
