using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Every type of message a bot can send has a form of its own in the chat.</summary>
public class BotMessageTests(OpenChat chat) : IClassFixture<OpenChat>
{
    // A file of what Meta is sent, what of its bubble to look at, and what is read there.
    public static TheoryData<string, string, string> Sent => new()
    {
        { "text", ".text", "" },
        { "image_link", ".media-absent", "Photo" },
        { "document_link", ".document", "PDF" },
        { "location", ".card.location .card-title", "" },
        { "contacts", ".card.contact .row-button", "View contact" },
        { "interactive_buttons", ".rows .row-button >> nth=1", "" },
        { "interactive_list", ".row-button[aria-haspopup=dialog]", "Show tours" },
        { "interactive_cta_url", ".row-button .icon-link", "" },
        { "interactive_location_request", ".row-button", "Send location" },
        { "interactive_contact_request", ".row-button", "Share phone number" },
        { "interactive_flow", ".row-button", "Book" },
        { "interactive_product", ".card.product", "" },
        { "interactive_product_list", ".row-button", "View items" },
        { "interactive_carousel", ".carousel-card >> nth=1", "Tour 1" },
        { "template", ".template-name", "booking_confirmed" },
    };

    [Theory]
    [MemberData(nameof(Sent))]
    public async Task Bubble_OfEachType_HasItsForm(string file, string part, string words)
    {
        var id = await chat.Bot.SendAsync(Body(file));

        var found = chat.Page.Bubble(id).Locator(part).First;
        await Assertions.Expect(found).ToBeVisibleAsync();
        await Assertions.Expect(found).ToContainTextAsync(words);
        chat.Page.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("image", "image/png", "img.media")]
    [InlineData("sticker", "image/webp", "img.sticker, .media-absent")]
    [InlineData("audio", "audio/ogg", ".audio")]
    [InlineData("video", "video/mp4", "video.media, .media-absent")]
    [InlineData("document", "application/pdf", "a.document")]
    public async Task Bubble_OfAnUploadedFile_ShowsIt(string type, string contentType, string part)
    {
        var media = await chat.Bot.UploadAsync(Pixel, contentType, $"file.{type}");
        var id = await chat.Bot.SendAsync(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["type"] = type,
            [type] = new JsonObject { ["id"] = media },
        });

        await Assertions.Expect(chat.Page.Bubble(id).Locator(part).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Text_WithMarks_IsFormatted()
    {
        var id = await chat.Bot.SendTextAsync(
            "*bold* _italic_ ~gone~ ```mono``` https://example.com/a_b_c\n> quoted\n- one\n- two\n1. first\n```\nlines\n  of code\n```");

        var text = chat.Page.Bubble(id).Locator(".text");
        foreach (var (part, words) in new[]
        {
            ("strong", "bold"), ("em", "italic"), ("s", "gone"), (".line code", "mono"), ("blockquote", "quoted"),
            ("ul li >> nth=1", "two"), ("ol li", "first"), ("pre", "lines\n  of code"), ("a", "https://example.com/a_b_c"),
        })
        {
            await Assertions.Expect(text.Locator(part)).ToHaveTextAsync(words);
        }

        await Assertions.Expect(text.Locator("a")).ToHaveAttributeAsync("rel", "noopener noreferrer");
    }

    [Fact]
    public async Task Text_OfThousandsOfCharacters_IsUnfoldedByAButton()
    {
        var id = await chat.Bot.SendTextAsync(string.Concat(Enumerable.Repeat("long words ", 300)) + "the end");
        var bubble = chat.Page.Bubble(id);
        await Assertions.Expect(bubble).Not.ToContainTextAsync("the end");

        await bubble.GetByRole(AriaRole.Button, new() { Name = "Read more" }).ClickAsync();

        await Assertions.Expect(bubble).ToContainTextAsync("the end");
    }

    [Fact]
    public async Task ReplyButton_Clicked_SendsAReplyThatQuotesTheMessage()
    {
        var id = await chat.Bot.SendAsync(Body("interactive_buttons"));
        var button = chat.Page.Bubble(id).Locator(".row-button").First;
        var title = await button.InnerTextAsync();

        await button.ClickAsync();

        await Assertions.Expect(chat.Page.Said.Last.Locator(".chosen")).ToHaveTextAsync(title);
        await Assertions.Expect(chat.Page.Said.Last.Locator(".quote")).ToBeVisibleAsync();
        await Assertions.Expect(chat.Page.Said.Last.Locator(".ticks")).ToContainTextAsync("Delivered");
    }

    [Fact]
    public async Task List_ARowChosenInTheSheet_IsSent()
    {
        var id = await chat.Bot.SendAsync(Body("interactive_list"));
        await chat.Page.Bubble(id).Locator(".row-button").ClickAsync();
        await chat.Page.ShootAsync("list-sheet");

        await chat.Page.Dialog.GetByLabel("Lake tour").CheckAsync();
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Assertions.Expect(chat.Page.Said.Last.Locator(".chosen")).ToHaveTextAsync("Lake tour");
        await Assertions.Expect(chat.Page.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Flow_FilledIn_IsAnsweredWithItsJson()
    {
        var id = await chat.Bot.SendAsync(Body("interactive_flow"));
        await chat.Page.Bubble(id).Locator(".row-button").ClickAsync();

        await chat.Page.Dialog.Locator("textarea").FillAsync("{ not json");
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(chat.Page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("this is not JSON");
        await chat.Page.Dialog.Locator("textarea").FillAsync("""{"flow_token":"booking-7731","seats":2}""");
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Assertions.Expect(chat.Page.Said.Last).ToContainTextAsync("Response sent");
        await Assertions.Expect(chat.Page.Said.Last.Locator(".json")).ToContainTextAsync("\"seats\": 2");
    }

    [Fact]
    public async Task ContactRequest_Shared_SendsTheNumber()
    {
        var id = await chat.Bot.SendAsync(Body("interactive_contact_request"));

        await chat.Page.Bubble(id).Locator(".row-button").ClickAsync();

        await Assertions.Expect(chat.Page.Said.Last.Locator(".card.contact")).ToContainTextAsync($"+{RunningBot.Phone}");
    }

    private static JsonNode Body(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "payloads", $"send_{file}.json")))!
            ["request"]!["body"]!.DeepClone();

    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
}
