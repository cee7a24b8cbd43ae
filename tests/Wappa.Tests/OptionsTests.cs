using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching;

namespace Wappa.Tests;

public class OptionsTests
{
    [Theory]
    [InlineData("WHATSAPP_API_URL", "graph.facebook.com", "WhatsAppOptions.ApiUrl")]
    [InlineData("WHATSAPP_API_URL", "/v25.0", "WhatsAppOptions.ApiUrl")]
    [InlineData("WHATSAPP_API_URL", "ftp://graph.facebook.com", "WhatsAppOptions.ApiUrl")]
    [InlineData("WHATSAPP_API_URL", "https://graph.facebook.com/?v=25", "WhatsAppOptions.ApiUrl")]
    [InlineData("WHATSAPP_ACCESS_TOKEN", "", "WhatsAppOptions.AccessToken")]
    [InlineData("WHATSAPP_ACCESS_TOKEN", "two words", "WhatsAppOptions.AccessToken")]
    [InlineData("WHATSAPP_ACCESS_TOKEN", "line\n", "WhatsAppOptions.AccessToken")]
    [InlineData("WHATSAPP_PHONE_NUMBER_ID", "", "WhatsAppOptions.PhoneNumberId")]
    [InlineData("WHATSAPP_PHONE_NUMBER_ID", "+1 555", "WhatsAppOptions.PhoneNumberId")]
    [InlineData("WHATSAPP_PHONE_NUMBER_ID", "..", "WhatsAppOptions.PhoneNumberId")]
    [InlineData("WHATSAPP_WEBHOOK_VERIFY_TOKEN", "", "WhatsAppOptions.WebhookVerifyToken")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET", "", "WhatsAppOptions.WebhookSecret")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET", "two words", "WhatsAppOptions.WebhookSecret")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET", " padded", "WhatsAppOptions.WebhookSecret")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET", "line\n", "WhatsAppOptions.WebhookSecret")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET", "a\u0001", "WhatsAppOptions.WebhookSecret")]
    [InlineData("WHATSAPP_BUSINESS_ACCOUNT_ID", "two words", "WhatsAppOptions.BusinessAccountId")]
    [InlineData("WHATSAPP_BUSINESS_ACCOUNT_ID", "1\r", "WhatsAppOptions.BusinessAccountId")]
    [InlineData("Wappa:WhatsApp:RequestTimeout", "00:00:00", "WhatsAppOptions.RequestTimeout")]
    [InlineData("Wappa:Tenant", "a\u0001", "WappaOptions.Tenant")]
    [InlineData("Wappa:Tenants:111", "a\u0001", "WappaOptions.Tenants:111")]
    [InlineData("Wappa:Inbox:Capacity", "999", "InboxOptions.Capacity")]
    [InlineData("Wappa:Inbox:DuplicateWindow", "00:00:00", "InboxOptions.DuplicateWindow")]
    [InlineData("Wappa:Inbox:DuplicateCapacity", "0", "InboxOptions.DuplicateCapacity")]
    [InlineData("Wappa:Inbox:DrainTimeout", "-00:00:01", "InboxOptions.DrainTimeout")]
    public async Task Start_OptionThatCannotWork_FailsNamingIt(string key, string value, string option)
    {
        await using var app = BotApp.NewBuilder<RecordingHandler>(
            new(), new(), builder => builder.Configuration[key] = value).Build();

        var error = await Should.ThrowAsync<OptionsValidationException>(
            () => app.StartAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain(option);
        if (value.Length > 0) error.Message.ShouldNotContain("two words");
    }

    [Theory]
    [InlineData("WHATSAPP_ACCESS_TOKEN")]
    [InlineData("WHATSAPP_PHONE_NUMBER_ID")]
    [InlineData("WHATSAPP_WEBHOOK_VERIFY_TOKEN")]
    [InlineData("WHATSAPP_WEBHOOK_SECRET")]
    public async Task Start_InDevelopmentWithoutCredentials_Works(string key)
    {
        await using var app = await BotApp.StartAsync(
            builder => builder.Configuration[key] = "", "--environment", "Development");

        app.Client.BaseAddress.ShouldNotBeNull();
    }

    [Fact]
    public async Task Start_WithoutAHandler_SaysWhatToCall()
    {
        var builder = new WappaBuilder(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();

        var error = await Should.ThrowAsync<InvalidOperationException>(
            () => app.StartAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain("WithHandler<YourHandler>()");
    }

    [Fact]
    public void Options_OlderNames_AreReadAfterTheNewOnes()
    {
        var options = OptionsOf(new()
        {
            ["WP_ACCESS_TOKEN"] = "old", ["WP_PHONE_ID"] = "1", ["WP_BID"] = "2", ["WP_WEBHOOK_VERIFY_TOKEN"] = "old",
            ["WHATSAPP_ACCESS_TOKEN"] = "new", ["WHATSAPP_PHONE_NUMBER_ID"] = "", ["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = null,
            ["Wappa:WhatsApp:PhoneNumberId"] = "section", ["Wappa:WhatsApp:WebhookSecret"] = "section",
        });

        (options.AccessToken, options.PhoneNumberId, options.BusinessAccountId).ShouldBe(("new", "1", "2"));
        (options.WebhookVerifyToken, options.WebhookSecret).ShouldBe(("old", "section"));
        options.ApiUrl.ShouldBe("https://graph.facebook.com/v25.0");
    }

    [Fact]
    public void Options_SetInCode_BeatTheEnvironment()
    {
        var options = OptionsOf(
            new() { ["WHATSAPP_ACCESS_TOKEN"] = "env", ["WHATSAPP_PHONE_NUMBER_ID"] = "env" },
            builder => builder.WithWhatsApp(token: "code", businessId: "code"));

        (options.AccessToken, options.PhoneNumberId, options.BusinessAccountId).ShouldBe(("code", "env", "code"));
    }

    private static WhatsAppOptions OptionsOf(
        Dictionary<string, string?> configuration, Action<WappaBuilder>? configure = null)
    {
        var builder = new WappaBuilder(["--environment", "Development"]);
        builder.Configuration.AddInMemoryCollection(configuration);
        configure?.Invoke(builder);
        return builder.Build().Services.GetRequiredService<IOptions<WhatsAppOptions>>().Value;
    }
}
