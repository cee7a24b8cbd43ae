using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Hosting;

/// <summary>The variables and switches of a bot that is an app of its own, in terms of ASP.NET's settings.</summary>
internal static class HostSettings
{
    private const int DefaultPort = 8000;

    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--tenant"] = "Wappa:Tenant",
        ["--cache"] = "Wappa:Cache:Backend",
        ["--cache-path"] = "Wappa:Cache:Path",
        ["--redis"] = "Wappa:Cache:Redis",
    };

    /// <summary>The environment's name has to be known before the builder exists: it decides which files are
    /// read.</summary>
    internal static WebApplicationOptions OptionsFor(string[] args)
    {
        // The switch is repeated by the command line itself; read here so that it keeps beating the variable.
        var asked = CommandLine(args)["environment"];
        var variable = Environment.GetEnvironmentVariable("ENVIRONMENT");
        return new()
        {
            Args = args,
            EnvironmentName = asked ?? (string.IsNullOrWhiteSpace(variable) ? null : EnvironmentNamed(variable.Trim())),
        };
    }

    internal static void Apply(WebApplicationBuilder host, string[] args)
    {
        host.Configuration.AddCommandLine(args, Switches);
        ApplyLogLevel(host.Configuration);
        ApplyUrls(host, CommandLine(args)["urls"]);
    }

    internal static string EnvironmentNamed(string name) => name.ToUpperInvariant() switch
    {
        "DEVELOPMENT" or "DEV" => Environments.Development,
        "STAGING" => Environments.Staging,
        "PRODUCTION" or "PROD" => Environments.Production,
        _ => name,
    };

    internal static LogLevel LogLevelNamed(string name) => name.Trim().ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" or "INFORMATION" => LogLevel.Information,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" or "FATAL" => LogLevel.Critical,
        "NONE" or "OFF" => LogLevel.None,
        _ => throw new InvalidOperationException(
            "LOG_LEVEL is not a level. Use TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL or NONE."),
    };

    private static void ApplyLogLevel(ConfigurationManager configuration)
    {
        // At Information ASP.NET logs every request with its query, and the handshake's query holds the verify token.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning))],
        });
        if (configuration["LOG_LEVEL"] is not { Length: > 0 } name) return;
        configuration.AddInMemoryCollection([new("Logging:LogLevel:Default", LogLevelNamed(name).ToString())]);
    }

    private static void ApplyUrls(WebApplicationBuilder host, string? asked)
    {
        var configuration = host.Configuration;
        if (!string.IsNullOrEmpty(asked)) return;
        if (configuration["PORT"] is { Length: > 0 } port)
            host.WebHost.UseUrls(Address(PortFrom(port), host.Environment));
        else if (!HasAddress(configuration)) host.WebHost.UseUrls(Loopback(DefaultPort));
    }

    private static bool HasAddress(ConfigurationManager configuration) =>
        !string.IsNullOrEmpty(configuration["urls"]) || !string.IsNullOrEmpty(configuration["http_ports"]) ||
        !string.IsNullOrEmpty(configuration["https_ports"]) || configuration.GetSection("Kestrel:Endpoints").Exists();

    private static int PortFrom(string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue
            ? number
            : throw new InvalidOperationException("PORT is not a port. Use a number from 0 (any free port) to 65535.");

    // A platform that hands out a port expects the app to be reachable on it; a developer's app is nobody else's
    // business.
    private static string Address(int port, IHostEnvironment environment) => environment.IsDevelopment()
        ? Loopback(port)
        : string.Create(CultureInfo.InvariantCulture, $"http://*:{port}");

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static IConfigurationRoot CommandLine(string[] args) =>
        new ConfigurationBuilder().AddCommandLine(args).Build();
}
