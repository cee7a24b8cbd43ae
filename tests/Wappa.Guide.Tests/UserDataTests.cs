using System.Text.Json;

namespace Wappa.Guide.Tests;

/// <summary>The page on what is kept of a user.</summary>
public sealed class UserDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task User_Exported_ThenErased_IsUnknown()
    {
        await using var conversation = await Conversation.StartAsync<ForgetfulHandler>();
        await conversation.SayAsync("hello");
        var (userData, userId, path, ct) = (conversation.Get<IUserData>(), UserPhone.UserId, Path.Combine(_folder.Path, "user.json"), Ct);

        // snippet: user-data
        await using (var file = File.Create(path)) await userData.ExportAsync("hotel123", userId, file, ct);
        await userData.EraseAsync("hotel123", userId, ct);
        // end

        using var export = JsonDocument.Parse(await File.ReadAllBytesAsync(path, ct));
        export.RootElement.GetProperty("records")[0].GetProperty("name").GetString().ShouldBe("stats");
        (await conversation.Caches.User.ExistsAsync("stats", ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task User_WhoAsksToBeForgotten_Is()
    {
        await using var conversation = await Conversation.StartAsync<ForgetfulHandler>();
        await conversation.SayAsync("hello");

        await conversation.SayAsync("/FORGETME");

        (await conversation.Caches.User.ExistsAsync("stats", Ct)).ShouldBeFalse();
        await conversation.SayAsync("hello");
        (await conversation.Caches.User.GetFieldAsync<int>("stats", "messages", Ct)).ShouldBe(1);
    }

    // snippet: user-data-command
    public sealed class ForgetfulHandler(IUserData userData) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await UserCache.IncrementFieldAsync("stats", "messages", cancellationToken: ct);

        [Command("/FORGETME")]
        private ValueTask ForgetMe(MessageWebhook webhook, CancellationToken ct) =>
            userData.RequestErasureAsync(webhook.Tenant, webhook.User.UserId, ct); // after this turn
    }
    // end
}
