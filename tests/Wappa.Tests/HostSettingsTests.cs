using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Hosting;

namespace Wappa.Tests;

/// <summary>Variables are those of this process, so each test that sets one restores it, and they run one at a
/// time.</summary>
[Collection(nameof(HostSettingsTests))]
public class HostSettingsTests
{
    [Fact]
    public void Urls_Unset_AreLoopback8000() => UrlsOf(new()).ShouldBe("http://127.0.0.1:8000");

    [Theory]
    [InlineData("9123", null, "http://127.0.0.1:9123")]
    [InlineData("0", null, "http://127.0.0.1:0")]
    [InlineData(null, "http://127.0.0.1:7000", "http://127.0.0.1:7000")]
    [InlineData("9123", "http://127.0.0.1:7000", "http://127.0.0.1:9123")]
    public void Urls_FromVariables_PreferPort(string? port, string? urls, string expected) =>
        UrlsOf(new() { ["PORT"] = port, ["ASPNETCORE_URLS"] = urls }, "--environment", "Development").ShouldBe(expected);

    [Theory]
    [InlineData("Production", "http://*:9123")]
    [InlineData("staging", "http://*:9123")]
    [InlineData("dev", "http://127.0.0.1:9123")]
    public void Port_IsServedOnEveryAddressExceptInDevelopment(string environment, string expected) =>
        UrlsOf(new() { ["PORT"] = "9123", ["ENVIRONMENT"] = environment }).ShouldBe(expected);

    [Fact]
    public void Urls_OnTheCommandLine_BeatPort() =>
        UrlsOf(new() { ["PORT"] = "9123" }, "--urls", "http://127.0.0.1:7000").ShouldBe("http://127.0.0.1:7000");

    [Theory]
    [InlineData("PORT", "eight")]
    [InlineData("PORT", "70000")]
    [InlineData("PORT", "-1")]
    [InlineData("LOG_LEVEL", "LOUD")]
    public void Variable_ThatMakesNoSense_StopsTheApp(string name, string value) =>
        With(new() { [name] = value }, () => Should.Throw<InvalidOperationException>(() => new WappaBuilder()).Message)
            .ShouldStartWith(name);

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Information", LogLevel.Information)]
    [InlineData("WARNING", LogLevel.Warning)]
    [InlineData("ERROR", LogLevel.Error)]
    [InlineData(null, LogLevel.Information)]
    public void LogLevel_InItsSpellings_FiltersTheAppsLogs(string? name, LogLevel lowest)
    {
        var builder = With(new() { ["LOG_LEVEL"] = name }, () => new WappaBuilder());
        var logger = builder.Build().Services.GetRequiredService<ILoggerFactory>().CreateLogger("MyBot");

        logger.IsEnabled(lowest).ShouldBeTrue();
        logger.IsEnabled(lowest - 1).ShouldBeFalse();
    }

    [Fact]
    public void LogLevel_OfTheWebServer_HidesRequestsWhoseQueriesHoldTheVerifyToken()
    {
        var builder = With(new() { ["LOG_LEVEL"] = "DEBUG" }, () => new WappaBuilder());
        var loggers = builder.Build().Services.GetRequiredService<ILoggerFactory>();

        loggers.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Information).ShouldBeFalse();
        loggers.CreateLogger("Microsoft.Hosting.Lifetime").IsEnabled(LogLevel.Information).ShouldBeTrue();
    }

    [Theory]
    [InlineData("development", "Development")]
    [InlineData("PRODUCTION", "Production")]
    [InlineData("Dev", "Development")]
    [InlineData("staging", "Staging")]
    [InlineData("Canary", "Canary")]
    public void Environment_InAnyCase_IsTheHostsEnvironment(string name, string expected) =>
        With(new() { ["ENVIRONMENT"] = name, ["ASPNETCORE_ENVIRONMENT"] = "Elsewhere" }, () => new WappaBuilder())
            .Environment.EnvironmentName.ShouldBe(expected);

    [Fact]
    public void Environment_OnTheCommandLine_BeatsTheVariable() =>
        With(new() { ["ENVIRONMENT"] = "production" }, () => new WappaBuilder(["--environment", "Development"]))
            .Environment.IsDevelopment().ShouldBeTrue();

    [Fact]
    public void Switches_OfTheSamples_SetTheConfiguration()
    {
        var builder = new WappaBuilder(
            ["--tenant", "hotel", "--cache=json", "--cache-path", "data", "--redis", "redis://r:1"]);

        builder.Build().Services.GetRequiredService<IOptions<WappaOptions>>().Value.Tenant.ShouldBe("hotel");
        var cache = builder.Configuration.GetSection("Wappa:Cache");
        (cache["Backend"], cache["Path"], cache["Redis"]).ShouldBe(("json", "data", "redis://r:1"));
    }

    [Fact]
    public void Tenant_SetInCode_BeatsTheSwitch() =>
        new WappaBuilder(["--tenant", "switch"]).WithTenant("code").Build()
            .Services.GetRequiredService<IOptions<WappaOptions>>().Value.Tenant.ShouldBe("code");

    [Theory]
    [InlineData]
    [InlineData("--cache", "memory")]
    [InlineData("--cache", "MEMORY")]
    public void ConfiguredCache_Memory_IsUsed(params string[] args) =>
        new WappaBuilder(args).WithConfiguredCache().Build().Services
            .GetRequiredService<Caching.ICacheFactory>().Backend.ShouldBe("memory");

    [Fact]
    public void ConfiguredCache_OfNoKnownName_SaysWhichThereAre() =>
        Should.Throw<InvalidOperationException>(() => new WappaBuilder(["--cache", "disk"]).WithConfiguredCache())
            .Message.ShouldContain("Use memory, json or redis");

    private static string UrlsOf(Dictionary<string, string?> variables, params string[] args) => With(
        variables, () => new WappaBuilder(args).Build().Services.GetRequiredService<IConfiguration>()["urls"]!);

    private static T With<T>(Dictionary<string, string?> variables, Func<T> make)
    {
        var before = variables.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        foreach (var (name, value) in variables) Environment.SetEnvironmentVariable(name, value);
        try
        {
            return make();
        }
        finally
        {
            foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        }
    }
}

/// <summary>Not beside other tests: they build apps from the same process's variables.</summary>
[CollectionDefinition(nameof(HostSettingsTests), DisableParallelization = true)]
public class HostSettingsCollection;
