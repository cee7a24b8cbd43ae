using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Wappa.Graph;

namespace Wappa.Tests;

/// <summary>The reference's numbers against the code's.</summary>
public class MessageReferenceTests
{
    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(Folder(), "..", "..", "docs", "reference", "messages.md"));

    private static readonly Dictionary<string, RetryScope> Scopes = new()
    {
        ["the account"] = RetryScope.Account,
        ["the number"] = RetryScope.Number,
        ["the number and this recipient"] = RetryScope.Pair,
        ["the message"] = RetryScope.Message,
    };

    public static TheoryData<string, int[]> Limits() => new()
    {
        { nameof(OutgoingText), [OutgoingText.MaxBodyLength] },
        { nameof(OutgoingImage), [OutgoingMedia.MaxCaptionLength] },
        { nameof(OutgoingVideo), [OutgoingMedia.MaxCaptionLength] },
        { nameof(OutgoingDocument), [OutgoingMedia.MaxCaptionLength] },
        { nameof(OutgoingContacts), [OutgoingContacts.MaxContacts] },
        {
            nameof(OutgoingButtons),
            [
                OutgoingInteractive.MaxBodyLength, OutgoingInteractive.MaxFooterLength, OutgoingButtons.MaxButtons,
                ReplyButton.MaxIdLength, ReplyButton.MaxTitleLength, MessageHeader.MaxTextLength,
            ]
        },
        {
            nameof(OutgoingList),
            [
                OutgoingList.MaxListBodyLength, OutgoingList.MaxButtonLength, OutgoingList.MaxSections, OutgoingList.MaxRows,
                ListSection.MaxTitleLength, ListRow.MaxIdLength, ListRow.MaxTitleLength, ListRow.MaxDescriptionLength,
            ]
        },
        { nameof(OutgoingLink), [OutgoingInteractive.MaxBodyLength, OutgoingLink.MaxButtonLength] },
        { nameof(OutgoingFlow), [OutgoingFlow.MaxButtonLength] },
        { nameof(OutgoingProductList), [OutgoingProductList.MaxSections, OutgoingProductList.MaxProducts] },
        {
            nameof(OutgoingCarousel),
            [
                OutgoingCarousel.MinCards, OutgoingCarousel.MaxCards, CarouselCard.MaxBodyLength, CarouselCard.MaxLineBreaks + 1,
                CarouselCard.MaxButtons, CarouselCard.MaxButtonIdLength,
            ]
        },
        {
            nameof(OutgoingTemplate),
            [
                OutgoingTemplate.MaxNameLength, OutgoingTemplate.MaxHeaderLength, OutgoingTemplate.MaxButtons,
                TemplateButton.MaxUrlLength, TemplateButton.MaxCodeLength,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void LimitsTable_EveryNumber_IsTheCodes(string kind, int[] limits)
    {
        var start = Array.FindIndex(Lines, line => line.StartsWith($"| `{kind}` |", StringComparison.Ordinal));
        var rows = Lines.Skip(start + 1).TakeWhile(line => line.StartsWith("| |", StringComparison.Ordinal)).Prepend(Lines[start]);
        var words = string.Join(' ', rows).Split([' ', '|', ';', '`']).Select(word => word.TrimEnd(','));

        foreach (var limit in limits) words.ShouldContain(limit.ToString("N0", CultureInfo.InvariantCulture), kind);
    }

    [Fact]
    public void RefusalsTable_EveryCode_IsThePolicys()
    {
        var listed = new HashSet<int>();
        foreach (var (codes, scope, wait) in Refusals())
        {
            foreach (var code in codes)
            {
                listed.Add(code).ShouldBeTrue($"{code} is there twice");
                var rule = GraphErrorPolicy.Decide(code, HttpStatusCode.BadRequest, isTransient: false);
                rule.Scope.ShouldBe(scope, $"{code}");
                wait.ShouldStartWith(Describe(rule), Case.Sensitive, $"{code}");
            }
        }

        Enumerable.Range(1, 140_000).Except(listed)
            .Where(code => GraphErrorPolicy.Decide(code, HttpStatusCode.BadRequest, false) is { IsRetryable: true } or { NeedsAttention: true })
            .ShouldBeEmpty("a code that is not listed is final");
    }

    private static string Describe(RetryRule rule)
    {
        if (!rule.IsRetryable) return rule.NeedsAttention ? "never: a person has to act" : "never";
        if (rule.MaxRetries is 1) return "once";
        var most = rule.MaxDelay switch
        {
            { TotalHours: >= 1 } max => $"{max.TotalHours} h",
            { TotalSeconds: > 60 } max => $"{max.TotalMinutes} min",
            var max => $"{max.TotalSeconds} s",
        };
        return $"{rule.FirstDelay.TotalSeconds} s, × {rule.Factor}, at most {most}";
    }

    private static IEnumerable<(int[] Codes, RetryScope Scope, string Wait)> Refusals()
    {
        foreach (var line in Lines.SkipWhile(line => line != "## Refusals").Where(line => line.StartsWith('|')).Skip(2))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (!char.IsAsciiDigit(cells[1][0])) continue;
            var (within, without) = cells[1].Split(" but ") is [var before, var after]
                ? (before, int.Parse(after, CultureInfo.InvariantCulture))
                : (cells[1], 0);
            yield return ([.. within.Split(", ").SelectMany(Expand).Where(code => code != without)], Scopes[cells[2]], cells[3]);
        }
    }

    private static IEnumerable<int> Expand(string codes) =>
        codes.Split(" to ").Select(code => int.Parse(code, CultureInfo.InvariantCulture)).ToArray() is [var first, var last]
            ? Enumerable.Range(first, last - first + 1)
            : [int.Parse(codes, CultureInfo.InvariantCulture)];

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
