using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Benchmarks.Webhook;

/// <summary>Run in a process of its own: one server on a free port of this machine. Prints the port, then how many
/// messages it has done with for each line it is given, and ends with its input.</summary>
internal static class WebhookServer
{
    public const string Command = "webhook-server";
    public const string Bare = "bare";
    public const string Ours = "wappa";

    public static async Task RunAsync(string kind)
    {
        var count = new MessageCount();
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (kind == Ours) WappaServer.Add(builder, count);
        await using var app = builder.Build();
        if (kind == Ours) WappaServer.Map(app);
        else BareServer.Map(app, count);
        await app.StartAsync();
        var features = app.Services.GetRequiredService<IServer>().Features;
        Console.WriteLine(new Uri(features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port);
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(count.Value.ToString(CultureInfo.InvariantCulture));
    }
}
