using System.Globalization;
using Wappa.Caching;

namespace ChatFeedApi.Hosting;

/// <summary>What the app is told from outside: the command line, then the environment, then what is set here.</summary>
internal static class AppSettings
{
    private const int DefaultPort = 8000;
    private const string Tenant = "Wappa:Tenant";
    private const string NoTenant = "demo"; // names what cannot be without a name: a file, a folder, a schema

    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--tenant"] = Tenant,
        ["--cache"] = "Wappa:Cache:Backend",
        ["--cache-path"] = "Wappa:Cache:Path",
        ["--redis"] = "Wappa:Cache:Redis",
    };

    /// <summary>The environment's name has to be known before there is a builder: it decides which files are read.</summary>
    internal static WebApplicationOptions OptionsFor(string[] args) => new()
    {
        Args = args,
        EnvironmentName = new ConfigurationBuilder().AddCommandLine(args).Build()["environment"] ??
            Environment.GetEnvironmentVariable("ENVIRONMENT")?.Trim().ToUpperInvariant() switch
            {
                null or "" => null,
                "DEV" or "DEVELOPMENT" => Environments.Development,
                "PROD" or "PRODUCTION" => Environments.Production,
                var other => other,
            },
    };

    internal static void Apply(WebApplicationBuilder app, string[] args)
    {
        var settings = app.Configuration;
        settings.AddCommandLine(args, Switches);
        settings["Wappa:Cache:MaxEntries"] ??= "1000";
        settings["Wappa:Cache:DefaultTtl"] ??= "00:10:00";
        settings["Wappa:Cache:KeyPrefix"] ??= "myapp:";
        settings["Logging:LogLevel:Microsoft.AspNetCore"] ??= nameof(LogLevel.Warning);
        if (settings["LOG_LEVEL"] is { Length: > 0 } level) settings["Logging:LogLevel:Default"] = LevelNamed(level).ToString();
        if (AddressOf(settings, app.Environment) is { } address) app.WebHost.UseUrls(address);
    }

    /// <summary>Whose data this process serves. It names a file or a schema, so it holds only what is plain in both.</summary>
    internal static string TenantOf(IConfiguration settings)
    {
        var tenant = settings[Tenant] ?? NoTenant;
        return !string.IsNullOrEmpty(tenant) && tenant.Length <= 63 && tenant.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? tenant
            : throw new InvalidOperationException("Wappa:Tenant (--tenant) must be 1 to 63 letters, digits, '-' or '_'.");
    }

    /// <summary>The cache that <c>Wappa:Cache:Backend</c> names, with its options from the same section.</summary>
    internal static void AddConfiguredCache(this WebApplicationBuilder app)
    {
        var settings = app.Configuration.GetSection("Wappa:Cache");
        var backend = settings["Backend"] is { Length: > 0 } named ? named : "memory";

        // A server or a folder that was another tenant's before must not answer for this one.
        var tenant = TenantOf(app.Configuration);
        if (app.Configuration[Tenant] is not null) settings["KeyPrefix"] += tenant + ':';
        settings["Path"] = Path.Combine(settings["Path"] ?? "cache", tenant);

        // Who waits longer for a cache than for the database is better off without it. A URL may say otherwise.
        if (settings["Redis"]?.Contains("commandTimeout", StringComparison.OrdinalIgnoreCase) is not true)
            settings["CommandTimeout"] ??= "00:00:00.5";
        app.Services.AddWappaResponseCache(settings.Bind);
        app.Services.AddWappaCaching(caching =>
        {
            if (!CacheBackends.TryUse(caching, backend, settings))
                throw new InvalidOperationException($"Wappa:Cache:Backend (--cache) is '{backend}'. Use memory, json or redis.");
        });
    }

    // Null: it is said in one of ASP.NET's own ways. A platform that hands out a port expects the app to be reachable on it; a developer's
    // app is nobody else's business.
    private static string? AddressOf(ConfigurationManager settings, IHostEnvironment environment)
    {
        var port = settings["PORT"];
        if (settings["urls"] is { Length: > 0 }) return null;
        if (string.IsNullOrEmpty(port))
        {
            return settings["http_ports"] is { Length: > 0 } || settings["https_ports"] is { Length: > 0 } ||
                settings.GetSection("Kestrel:Endpoints").Exists() ? null : $"http://127.0.0.1:{DefaultPort}";
        }

        return $"http://{(environment.IsDevelopment() ? "127.0.0.1" : "*")}:{PortOf(port)}";
    }

    private static ushort PortOf(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidOperationException("PORT is not a port. Use a number from 0 (any free port) to 65535.");

    private static LogLevel LevelNamed(string name) => name.Trim().ToUpperInvariant() switch
    {
        "INFO" => LogLevel.Information,
        "WARN" => LogLevel.Warning,
        "FATAL" => LogLevel.Critical,
        "OFF" => LogLevel.None,
        var other when Enum.TryParse<LogLevel>(other, ignoreCase: true, out var level) => level,
        _ => throw new InvalidOperationException(
            "LOG_LEVEL is not a level. Use TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL or NONE."),
    };
}
