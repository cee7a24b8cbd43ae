using System.Diagnostics;

namespace Wappa.Guide.Tests;

/// <summary>The README's program, run as the process it is.</summary>
public class QuickStartTests
{
    private const string Listening = "Now listening on: ";

    [Fact]
    public async Task Program_TwoMessages_AreOneConversation()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var graph = await GraphApi.StartAsync();
        using var folder = new TemporaryFolder();
        using var program = Start(graph.Url, folder.Path);
        try
        {
            using var phone = new UserPhone(await AddressOfAsync(program, patience.Token), TimeProvider.System);

            await phone.TypeAsync("hi");
            (await graph.NextTextAsync(patience.Token)).ShouldBe("🍕 What size pizza? (small/medium/large)");
            await phone.TypeAsync("large");
            (await graph.NextTextAsync(patience.Token)).ShouldBe("📋 One large pizza, coming up!");
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process Start(string graphUrl, string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "QuickStart.dll"), "--urls", "http://127.0.0.1:0", "--cache-path", folder,
            },
            RedirectStandardOutput = true,
            Environment =
            {
                ["LOG_LEVEL"] = "INFO", // the address is a line of the log
                ["WHATSAPP_API_URL"] = graphUrl,
                ["WHATSAPP_ACCESS_TOKEN"] = "token",
                ["WHATSAPP_PHONE_NUMBER_ID"] = UserPhone.PhoneNumberId,
                ["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = "verify",
                ["WHATSAPP_WEBHOOK_SECRET"] = UserPhone.Secret,
            },
        };
        return Process.Start(start)!;
    }

    private static async Task<string> AddressOfAsync(Process program, CancellationToken cancellationToken)
    {
        while (await program.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split(Listening) is [_, var address]) return address;
        }

        throw new InvalidOperationException("The program ended before it listened.");
    }
}
