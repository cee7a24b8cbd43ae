using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Emulator;

/// <summary>The local WhatsApp as a program: <c>dotnet run --project src/Wappa.Emulator -- --webhook URL</c>.</summary>
internal static class StandaloneWhatsApp
{
    private const int BadCommandLine = 2;

    internal static async Task<int> Main(string[] args)
    {
        if (args is [] or ["--help"] or ["-h"])
        {
            await Console.Out.WriteAsync(StandaloneOptions.Usage).ConfigureAwait(false);
            return 0;
        }

        StandaloneOptions options;
        try
        {
            options = StandaloneOptions.Parse(args);
        }
        catch (FormatException error)
        {
            await Console.Error.WriteLineAsync($"{error.Message} --help lists the options.").ConfigureAwait(false);
            return BadCommandLine;
        }

        var app = await StartAsync(options).ConfigureAwait(false);
        await using var _ = app.ConfigureAwait(false);
        await Console.Out.WriteAsync(Describe(options, new(app.Urls.First()))).ConfigureAwait(false);
        await app.WaitForShutdownAsync().ConfigureAwait(false);
        return 0;
    }

    /// <summary>Starts it.</summary>
    internal static async Task<WebApplication> StartAsync(StandaloneOptions options, CancellationToken cancellationToken = default)
    {
        // The command line is read here: ASP.NET would take parts of it for its own.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = Environments.Development,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}"));
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning);
        var time = new ShiftedTimeProvider(TimeProvider.System);
        builder.Services.AddSingleton<TimeProvider>(time);
        WebApplication? app = null;
        builder.Services.AddSingleton(_ => new LocalWhatsApp(
            new()
            {
                Mode = "standalone",
                BusinessAccountId = options.BusinessAccountId,
                Numbers = [new(options.PhoneNumberId, options.DisplayNumber, "Your business", null)],
                AccessToken = () => options.Token,
                WebhookSecret = () => options.Secret,
                WebhookUrl = () => options.Webhook,
                ApiUrl = () => app is null ? null : new Uri(new Uri(app.Urls.First()), "/v25.0"),
                Transport = new SocketsHttpHandler
                {
                    UseProxy = !options.Webhook.IsLoopback,
                    AllowAutoRedirect = false,
                    UseCookies = false,
                },
                Seed = options.Seed,
                FirstCustomer = ("Sarah", "15550100001"),
            },
            time));
        app = builder.Build();
        EmulatorEndpoints.Map(app, app.Services.GetRequiredService<LocalWhatsApp>());
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return app;
    }

    /// <summary>What to enter into the client under test.</summary>
    internal static string Describe(StandaloneOptions options, Uri address) =>
        $"""
        WhatsApp is on this machine: {new Uri(address, "/emulator")}

        Your client needs
          Graph API             {new Uri(address, "/v25.0")}   (any version; WHATSAPP_API_URL)
          access token          {options.Token}
          phone number id       {options.PhoneNumberId}
          business account id   {options.BusinessAccountId}
          app secret            {options.Secret}
        Webhooks are posted to  {options.Webhook}

        Ctrl+C ends it.

        """;
}
