using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.UserData;

/// <summary>Nothing of a user who was erased is left in the files.</summary>
public sealed class JsonFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Erase_AfterTheNextStart_NoFileHoldsTheUser()
    {
        await using var stub = await GraphStub.StartAsync();
        await using (var app = await StartAsync(stub))
        {
            foreach (var text in new[] { "one", "bad", "three" }) await app.PostAsync(Payloads.Text($"M-{text}", body: text));
            await app.PostAsync(Payloads.Text("M-other", "15550109999", "kept"));
            var letters = app.Services.GetRequiredService<IDeadLetters>();
            while (!await letters.ListAsync(Payloads.PhoneNumberId, Ct).AnyAsync(Ct)) await Task.Delay(2, Ct);
            while (stub.Requests.Count < 3) await Task.Delay(2, Ct);
            FilesWith(Payloads.Mira).ShouldNotBeEmpty();

            await app.Services.GetRequiredService<IUserData>().EraseAsync(Payloads.PhoneNumberId, Payloads.Mira, Ct);
        }

        FilesWith(Payloads.Mira).Where(file => !file.Contains(".journal", StringComparison.Ordinal)).ShouldBeEmpty();
        await using (var next = await StartAsync(stub)) await next.StopAsync();
        FilesWith(Payloads.Mira).ShouldBeEmpty(); // not in the journal either
        FilesWith("15550109999").ShouldNotBeEmpty();
    }

    private Task<BotApp> StartAsync(GraphStub stub) => BotApp.StartAsync<BusyBot>(builder =>
    {
        builder.WithJsonCache(_folder.Path);
        builder.Services.AddSingleton(new Script());
        builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = stub.Url);
    });

    private string[] FilesWith(string text) =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(file => !file.EndsWith("LOCK", StringComparison.Ordinal)) // empty, and nobody else may open it
            .Where(file => file.Contains(text, StringComparison.Ordinal) || File.ReadAllText(file).Contains(text, StringComparison.Ordinal))];
}
