"""What HttpSession and FastHttpSession share: cookies, headers, lazy attributes, failures, streams."""
