using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Every type of message a customer can send can be sent from the page, and the app takes it.</summary>
public class CustomerMessageTests(OpenChat chat) : IClassFixture<OpenChat>
{
    [Theory]
    [InlineData("Photo", "img.media")]
    [InlineData("Video", "video.media, .media-absent")]
    [InlineData("Document", ".document")]
    [InlineData("Audio", ".audio")]
    [InlineData("Voice message", ".waveform")]
    [InlineData("Sticker", "img.sticker")]
    [InlineData("Location", ".card.location")]
    [InlineData("Contact", ".card.contact")]
    [InlineData("Order", ".card.order")]
    [InlineData("Message from an ad", ".referral")]
    [InlineData("Tap on a button or a row", ".chosen")]
    [InlineData("Template button", ".chosen")]
    [InlineData("Form answer", ".notice")]
    [InlineData("Unsupported message", ".placeholder")]
    [InlineData("Message as JSON", ".raw")]
    public async Task AttachMenu_EachKind_IsSentAndTaken(string kind, string part)
    {
        var before = await chat.Page.Said.CountAsync();

        await chat.Page.AttachAsync(kind);
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Assertions.Expect(chat.Page.Said).ToHaveCountAsync(before + 1);
        await Assertions.Expect(chat.Page.Said.Last.Locator(part).First).ToBeVisibleAsync();
        await Assertions.Expect(chat.Page.Said.Last.Locator(".ticks.delivered, .ticks.read")).ToBeVisibleAsync();
        chat.Page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task AttachMenu_ForwardedMessage_SaysSo()
    {
        await chat.Page.AttachAsync("Forwarded message");
        await chat.Page.Dialog.GetByLabel("Text").FillAsync("pass it on");
        await chat.Page.Dialog.GetByLabel("Forwarded many times").CheckAsync();
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        await Assertions.Expect(chat.Page.Said.Last.Locator(".label")).ToContainTextAsync("Forwarded many times");
    }

    [Fact]
    public async Task MessageMenu_ReplyReactEditDelete_ChangeTheChat()
    {
        await chat.Page.AskAsync("the first one");
        var mine = chat.Page.Said.Filter(new() { HasText = "the first one" });

        await ChooseAsync(chat.Page.Answers.Last, "Reply");
        await chat.Page.AskAsync("an answer");
        await Assertions.Expect(chat.Page.Said.Last.Locator(".quote")).ToContainTextAsync("What size pizza?");

        await ChooseAsync(chat.Page.Answers.Last, "React");
        await chat.Page.Dialog.GetByRole(AriaRole.Button, new() { Name = "heart" }).ClickAsync();
        await Assertions.Expect(chat.Page.Answers.Last.Locator(".reactions")).ToContainTextAsync("❤");

        await ChooseAsync(mine, "Edit");
        await chat.Page.SayAsync("the first one, mended");
        await Assertions.Expect(mine.Locator(".meta")).ToContainTextAsync("Edited");
        await Assertions.Expect(mine.Locator(".text")).ToHaveTextAsync("the first one, mended");

        await ChooseAsync(mine, "Delete for everyone");
        await Assertions.Expect(chat.Page.Said.Filter(new() { HasText = "This message was deleted" })).ToBeVisibleAsync();
        await chat.Page.ShootAsync("replies");
        chat.Page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Composer_AFileDropped_IsSent()
    {
        var before = await chat.Page.Said.CountAsync();
        await chat.Page.Chat.EvaluateAsync("""
            chat => {
              const data = new DataTransfer();
              data.items.add(new File(['dropped'], 'notes.txt', { type: 'text/plain' }));
              chat.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """);

        await Assertions.Expect(chat.Page.Said).ToHaveCountAsync(before + 1);
        await Assertions.Expect(chat.Page.Said.Last.Locator(".document-name bdi")).ToHaveTextAsync("notes.txt");
    }

    private async Task ChooseAsync(ILocator bubble, string entry)
    {
        await bubble.HoverAsync();
        await bubble.Locator(".bubble-menu").ClickAsync();
        await chat.Page.Page.GetByRole(AriaRole.Menuitem, new() { Name = entry, Exact = true }).ClickAsync();
    }
}
