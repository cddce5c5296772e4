"""What comes of planning: stays, drawing, figures, response, the draw by lot."""
